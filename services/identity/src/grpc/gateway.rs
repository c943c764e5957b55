//! Methods that only the gateway calls, for a browser.

use kernel::RightKind;
use tonic::{Request, Status};

use crate::{
    domain::visit::Visit,
    error::{Error, accounts::Refused},
};

/// The address of the browser, as the gateway has checked it.
pub const ADDRESS: &str = "atlas-client-address";
/// Browser and system in words.
pub const BROWSER: &str = "atlas-client-browser";
/// Longer is no name of a browser.
const LONGEST: usize = 100;

/// The browser that the gateway speaks for; nobody else may call, and the gateway must say for whom it does.
///
/// # Errors
/// PERMISSION_DENIED / GATEWAY_ONLY; INVALID_ARGUMENT / CLIENT_ADDRESS_MISSING.
pub fn visit<T>(request: &Request<T>) -> Result<Visit, Status> {
    let right = runtime::caller(request)?.right;
    if right.kind != RightKind::Service || right.key != "gateway" {
        return Err(Error::from(Refused::NotTheGateway).into());
    }
    let said = |name: &str| request.metadata().get(name).and_then(|value| value.to_str().ok());
    let address = said(ADDRESS).and_then(|text| text.parse().ok()).ok_or(Error::from(Refused::NoAddress))?;
    let browser = said(BROWSER).unwrap_or_default().chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    Ok(Visit { address, browser })
}
