use std::time::Duration;

use atlas_proto::access::CallerKind;
use runtime::Wire;
use tonic::{Code, Request, Status, client::Grpc};
use tonic_prost::ProstCodec;

/// Every kind of caller, and a right that makes one of it.
pub const CALLERS: [(CallerKind, &str); 8] = [
    (CallerKind::Anyone, ""),
    (CallerKind::Collectivite, "collectivite:210100012:admin"),
    (CallerKind::Region, "region:53:admin"),
    (CallerKind::Department, "department:01:admin"),
    (CallerKind::Country, "country:SN:admin"),
    (CallerKind::National, "national:*:admin"),
    (CallerKind::Operator, "operator:*:admin"),
    (CallerKind::Service, "service:gateway:admin"),
];

/// Long enough for a handler to refuse an empty request, on a busy machine.
const LIMIT: Duration = Duration::from_secs(10);

/// Why a handler may turn away a caller that its contract admits: it needs to know more of it than the kind of its right.
const MORE_THAN_THE_KIND: [&str; 5] =
    ["ASSERTION_REFUSED", "CLIENT_ADDRESS_MISSING", "GATEWAY_ONLY", "NOTIFICATIONS_ONLY", "SESSION_ENDED"];

/// Calls every method of these packages (`atlas.directory.v1`), with an empty request, as every kind of caller, and gives
/// the cells that are not as `table` says; none when all is well.
///
/// Who is not admitted has to be refused with PERMISSION_DENIED, and with UNAUTHENTICATED when it has no token; who is
/// admitted may get anything but one of the two, unless the handler names one of the few reasons it may have. `token` gives a token with a right that is written as `region:53:admin`.
///
/// # Panics
/// The table has no method of these packages: then nothing would be tried.
pub async fn every_rpc_by_every_caller(
    wire: &Wire,
    packages: &[&str],
    table: &[(&str, &[CallerKind])],
    token: impl Fn(&str) -> String,
) -> Vec<String> {
    let ours = |path: &str| packages.iter().any(|package| path.starts_with(&format!("/{package}.")));
    let methods: Vec<_> = table.iter().filter(|(path, _)| ours(path)).collect();
    assert!(!methods.is_empty(), "no method in {packages:?}");
    let mut wrong = Vec::new();
    for (path, admitted) in methods {
        for (kind, right) in CALLERS {
            let wire = if kind == CallerKind::Anyone { wire.clone() } else { wire.bearing(&token(right)) };
            let answer = tokio::time::timeout(LIMIT, call(wire, path)).await;
            let refused = answer.unwrap_or_else(|_| Err(Status::deadline_exceeded("no answer"))).err();
            if !is_as_said(admitted, kind, refused.as_ref()) {
                wrong.push(format!("{path} by {kind:?}: {refused:?}, where {admitted:?} are admitted"));
            }
        }
    }
    wrong
}

/// Whether an answer is one that the table allows.
fn is_as_said(admitted: &[CallerKind], kind: CallerKind, refused: Option<&Status>) -> bool {
    let code = refused.map_or(Code::Ok, Status::code);
    let turned_away = matches!(code, Code::Unauthenticated | Code::PermissionDenied);
    let knows_more = refused.and_then(runtime::reason).is_some_and(|reason| MORE_THAN_THE_KIND.contains(&&*reason));
    match kind {
        kind if admitted.contains(&CallerKind::Anyone) || admitted.contains(&kind) => {
            code != Code::Unimplemented && (!turned_away || knows_more)
        }
        CallerKind::Anyone => code == Code::Unauthenticated,
        _ => code == Code::PermissionDenied,
    }
}

/// Calls a method with an empty request; for a stream, up to its first word.
async fn call(wire: Wire, path: &str) -> Result<(), Status> {
    let mut grpc = Grpc::new(wire);
    let path = path.parse().map_err(|_| Status::internal("not a path"))?;
    let codec: ProstCodec<(), ()> = ProstCodec::default();
    grpc.streaming(Request::new(tokio_stream::once(())), path, codec).await.map(drop)
}
