//! Passkeys (Web Authentication, level 3): what one is asked to sign, and what its answer proves.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use url::{Host, Url};
use webauthn_rp::{
    AuthenticatedCredential, DiscoverableAuthentication, DiscoverableAuthenticationServerState, DiscoverableCredentialRequestOptions,
    PublicKeyCredentialCreationOptions, Registration, RegistrationServerState,
    bin::{Decode, Encode as _},
    request::{
        AsciiDomain, ExtensionInfo, PublicKeyCredentialDescriptor, RpId,
        auth::AuthenticationVerificationOptions,
        register::{CredProtect, PublicKeyCredentialUserEntity, RegistrationVerificationOptions, UserHandle},
    },
    response::{
        AuthTransports, CredentialId,
        auth::error::AuthCeremonyErr,
        register::{CompressedPubKey, DynamicState, StaticState},
    },
};

use super::{AccountId, PasskeyId, account::Account};

/// How many passkeys an account has at most.
pub const MOST: usize = 10;
/// How long its name is at most.
pub const NAME: usize = 60;

/// Bytes of what a passkey calls its account: the account's id.
const HANDLE: usize = 16;
/// The public key as it is kept: of one of the four kinds.
type Key = CompressedPubKey<[u8; 32], [u8; 32], [u8; 48], Vec<u8>>;

/// For which site passkeys are made, as it is configured: nothing of a request says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    domain: AsciiDomain,
    origin: String,
}

/// Why an origin has no passkeys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no origin for passkeys: expected http(s)://name, not an address")]
pub struct NoSite;

/// What a browser hands to its authenticators, and what has to be kept to read the answer.
#[derive(Debug, Clone)]
pub struct Asked {
    /// JSON, as the browser takes it.
    pub options: String,
    /// The challenge, and what was asked for.
    pub state: Vec<u8>,
}

/// A passkey of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Names it for ever.
    pub id: PasskeyId,
    /// Whose it is.
    pub account: AccountId,
    /// What the person calls it.
    pub name: String,
    /// What the authenticator calls it.
    pub credential: Vec<u8>,
    /// Its public key.
    pub key: Vec<u8>,
    /// What changes with each use.
    pub state: Vec<u8>,
    /// Since when it is there.
    pub created_at: DateTime<Utc>,
    /// When somebody last signed in with it.
    pub used_at: Option<DateTime<Utc>>,
}

/// A passkey that an authenticator has just made.
#[derive(Debug, Clone)]
pub struct Made {
    /// What the authenticator calls it.
    pub credential: Vec<u8>,
    /// Its public key.
    pub key: Vec<u8>,
    /// What changes with each use.
    pub state: Vec<u8>,
}

/// What an answer does not prove.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// It is no answer of an authenticator.
    #[error("no answer of an authenticator")]
    Malformed,
    /// It was signed before, or by a copy of the key: its counter did not go on.
    #[error("the counter of signatures did not go on")]
    CounterWentBack,
    /// Another challenge, origin, key, account …
    #[error("{0}")]
    Wrong(String),
    /// What was kept cannot be read.
    #[error("what was kept cannot be read")]
    Kept,
}

impl FromStr for Site {
    type Err = NoSite;

    /// Browsers give passkeys to names only: on the loopback address the site is `localhost` to them.
    fn from_str(origin: &str) -> Result<Self, NoSite> {
        let mut url: Url = origin.parse().map_err(|_| NoSite)?;
        let loopback = match url.host().ok_or(NoSite)? {
            Host::Domain(_) => false,
            Host::Ipv4(address) if address.is_loopback() => true,
            Host::Ipv6(address) if address.is_loopback() => true,
            Host::Ipv4(_) | Host::Ipv6(_) => return Err(NoSite),
        };
        if loopback {
            url.set_host(Some("localhost")).map_err(|_| NoSite)?;
        }
        let domain = url.host_str().ok_or(NoSite)?.to_owned();
        let domain = AsciiDomain::try_from(domain).map_err(|_| NoSite)?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(NoSite);
        }
        Ok(Self { domain, origin: url.origin().ascii_serialization() })
    }
}

impl Site {
    fn id(&self) -> RpId {
        RpId::Domain(self.domain.clone())
    }

    /// Asks for a new passkey of an account, by an authenticator that has none of it yet and knows its owner.
    ///
    /// # Errors
    /// What is kept of the others cannot be read.
    pub fn ask_for_new(&self, account: &Account, others: &[Passkey]) -> Result<Asked, Flaw> {
        let (site, handle) = (self.id(), handle(account.id));
        let name = account.person.name();
        let user = PublicKeyCredentialUserEntity {
            // An address that its profile of text does not know is left to the other name.
            name: account.email.as_str().try_into().or_else(|_| "Atlas".try_into()).map_err(|_| Flaw::Kept)?,
            id: &handle,
            display_name: name.as_str().try_into().ok(),
        };
        let known = others.iter().map(|other| {
            let id = CredentialId::decode(other.credential.clone()).map_err(|_| Flaw::Kept)?;
            let transports = AuthTransports::decode(0).map_err(|_| Flaw::Kept)?;
            Ok(PublicKeyCredentialDescriptor { id, transports })
        });
        let mut options = PublicKeyCredentialCreationOptions::passkey(&site, user, known.collect::<Result<_, Flaw>>()?);
        // Asked for and not insisted on: few authenticators know the extension, and who is there is checked each time it signs.
        options.extensions.cred_protect = CredProtect::UserVerificationRequired(ExtensionInfo::AllowDontEnforceValue);
        let (state, client) = options.start_ceremony().map_err(|_| Flaw::Kept)?;
        asked(&client, state.encode().map_err(|_| Flaw::Kept)?)
    }

    /// Reads the passkey that was asked for.
    ///
    /// # Errors
    /// The answer is not to what was asked, or not from this site.
    pub fn made(&self, state: &[u8], answer: &str) -> Result<Made, Flaw> {
        let state = RegistrationServerState::<HANDLE>::decode(state).map_err(|_| Flaw::Kept)?;
        let answer = Registration::from_json_relaxed(answer.as_bytes()).map_err(|_| Flaw::Malformed)?;
        let origins = [self.origin.as_str()];
        let options = RegistrationVerificationOptions::<&str, &str> {
            allowed_origins: &origins,
            // Authenticators say more than they were asked.
            error_on_unsolicited_extensions: false,
            ..Default::default()
        };
        let made = state.verify(&self.id(), &answer, &options).map_err(|flaw| Flaw::Wrong(flaw.to_string()))?;
        let (Ok(key), Ok(state)) = (made.static_state().encode(), made.dynamic_state().encode());
        Ok(Made { credential: made.id().as_ref().to_vec(), key, state: state.to_vec() })
    }

    /// Asks for a signature of any passkey of the site, whose authenticator knows its owner.
    ///
    /// # Errors
    /// Never, unless the clock is before 1970.
    pub fn ask(&self) -> Result<Asked, Flaw> {
        let site = self.id();
        let (state, client) = DiscoverableCredentialRequestOptions::passkey(&site).start_ceremony().map_err(|_| Flaw::Kept)?;
        asked(&client, state.encode().map_err(|_| Flaw::Kept)?)
    }

    /// Whether an answer is what was asked for, signed by this passkey; what is to be kept of it from now on.
    ///
    /// # Errors
    /// It is not, or its counter went back.
    pub fn proves(&self, state: &[u8], answer: &Answer, passkey: &Passkey) -> Result<Vec<u8>, Flaw> {
        let state = DiscoverableAuthenticationServerState::decode(state).map_err(|_| Flaw::Kept)?;
        let handle = handle(passkey.account);
        let id = CredentialId::<&[u8]>::decode(&passkey.credential).map_err(|_| Flaw::Kept)?;
        let key = StaticState::<Key>::decode(&passkey.key).map_err(|_| Flaw::Kept)?;
        let kept = <[u8; 7]>::try_from(passkey.state.as_slice()).map_err(|_| Flaw::Kept)?;
        let kept = DynamicState::decode(kept).map_err(|_| Flaw::Kept)?;
        let mut credential = AuthenticatedCredential::new(id, &handle, key, kept).map_err(|_| Flaw::Kept)?;
        let origins = [self.origin.as_str()];
        let options = AuthenticationVerificationOptions::<&str, &str> {
            allowed_origins: &origins,
            error_on_unsolicited_extensions: false,
            ..Default::default()
        };
        state.verify(&self.id(), &answer.0, &mut credential, &options).map_err(|flaw| match flaw {
            AuthCeremonyErr::SignatureCounter => Flaw::CounterWentBack,
            flaw => Flaw::Wrong(flaw.to_string()),
        })?;
        let Ok(state) = credential.dynamic_state().encode();
        Ok(state.to_vec())
    }
}

/// What a passkey answers, before anything of it is believed.
#[derive(Debug)]
pub struct Answer(DiscoverableAuthentication<HANDLE>);

impl Answer {
    /// What the authenticator calls the passkey.
    #[must_use]
    pub fn credential(&self) -> Vec<u8> {
        self.0.raw_id().as_ref().to_vec()
    }
}

impl FromStr for Answer {
    type Err = Flaw;

    fn from_str(json: &str) -> Result<Self, Flaw> {
        DiscoverableAuthentication::from_json_relaxed(json.as_bytes()).map(Self).map_err(|_| Flaw::Malformed)
    }
}

fn handle(account: AccountId) -> UserHandle<HANDLE> {
    let Ok(handle) = UserHandle::decode(account.0.into_bytes());
    handle
}

fn asked(options: &impl serde::Serialize, state: Vec<u8>) -> Result<Asked, Flaw> {
    Ok(Asked { options: serde_json::to_string(options).map_err(|_| Flaw::Kept)?, state })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_a_name_with_its_origin() {
        let read = |origin: &str| origin.parse::<Site>().map(|site| (site.domain.as_ref().to_owned(), site.origin));
        let is = |domain: &str, origin: &str| Ok((domain.to_owned(), origin.to_owned()));
        assert_eq!(read("https://atlas.test"), is("atlas.test", "https://atlas.test"));
        assert_eq!(read("https://Atlas.Test:8443/path"), is("atlas.test", "https://atlas.test:8443"));
        assert_eq!(read("http://127.0.0.1:8080"), is("localhost", "http://localhost:8080"));
        assert_eq!(read("http://[::1]:8080"), is("localhost", "http://localhost:8080"));
        for bad in ["", "atlas.test", "https://192.0.2.1", "ftp://atlas.test", "null"] {
            assert_eq!(read(bad), Err(NoSite), "{bad}");
        }
    }
}
