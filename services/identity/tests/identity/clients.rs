use atlas_proto::identity::v1::{
    AddClientKeyRequest, Client, CreateClientRequest, ListClientsRequest, RetireClientKeyRequest,
    client_service_client::ClientServiceClient,
};
use runtime::{Credentials, PrivateKey, Wire};
use tonic::Code;

use crate::world::{ISSUER, World, ask, refusal};

fn request_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

fn creation(id: &str, right: &str, key: &PrivateKey) -> CreateClientRequest {
    let client = Client { client_id: id.into(), rights: vec![right.into()], audiences: vec!["directory".into()], ..Client::default() };
    CreateClientRequest { client: Some(client), public_key_pem: key.public().to_pem().unwrap(), request_id: request_id() }
}

async fn ministry(world: &World) -> ClientServiceClient<Wire> {
    let client = world.client("ministry", &["national:*:admin"]).await;
    ClientServiceClient::new(world.wire_of(&client))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_registered_once_and_its_repeat_gets_the_same_answer() {
    let world = World::start().await;
    let mut ministry = ministry(&world).await;
    let key = PrivateKey::generate();
    let request = creation("sgar-bretagne", "region:53:reader", &key);

    let created = ministry.create_client(request.clone()).await.unwrap().into_inner();
    let again = ministry.create_client(request.clone()).await.unwrap().into_inner();
    let reused = ministry
        .create_client(CreateClientRequest { request_id: request.request_id.clone(), ..creation("other", "region:53:reader", &key) });
    let reused = reused.await.unwrap_err();
    let taken = ministry.create_client(CreateClientRequest { request_id: request_id(), ..request }).await.unwrap_err();

    assert_eq!(created, again);
    assert_eq!(refusal(&reused), (Code::InvalidArgument, "REQUEST_ID_REUSED".into()));
    assert_eq!(refusal(&taken), (Code::AlreadyExists, "CLIENT_EXISTS".into()));
    let credentials = Credentials { client: "sgar-bretagne".parse().unwrap(), key: key.into(), issuer: ISSUER.into() };
    assert!(ask(world.wire(), credentials.assertion(crate::world::time()).unwrap()).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_changed_without_a_gap() {
    let world = World::start().await;
    let mut ministry = ministry(&world).await;
    let old = world.client("sgar-bretagne", &["region:53:reader"]).await;
    let new = Credentials { key: PrivateKey::generate().into(), ..old.clone() };
    let add = |etag: &str, key: &PrivateKey| AddClientKeyRequest {
        client_id: "sgar-bretagne".into(),
        public_key_pem: key.public().to_pem().unwrap(),
        etag: etag.into(),
        request_id: request_id(),
    };
    let retire = |etag: &str, kid: String| RetireClientKeyRequest {
        client_id: "sgar-bretagne".into(),
        kid,
        etag: etag.into(),
        request_id: request_id(),
    };

    let last = ministry.retire_client_key(retire("v1", old.key.public().kid())).await.unwrap_err();
    let stale = ministry.add_client_key(add("v7", &new.key)).await.unwrap_err();
    ministry.add_client_key(add("v1", &new.key)).await.unwrap();
    let third = ministry.add_client_key(add("v2", &PrivateKey::generate())).await.unwrap_err();
    assert!(ask(world.wire(), old.assertion(crate::world::time()).unwrap()).await.is_ok());
    assert!(ask(world.wire(), new.assertion(crate::world::time()).unwrap()).await.is_ok());
    ministry.retire_client_key(retire("v2", old.key.public().kid())).await.unwrap();

    assert_eq!(refusal(&last), (Code::FailedPrecondition, "LAST_KEY".into()));
    assert_eq!(refusal(&stale), (Code::Aborted, "STALE_ETAG".into()));
    assert_eq!(refusal(&third), (Code::FailedPrecondition, "TOO_MANY_KEYS".into()));
    assert!(ask(world.wire(), old.assertion(crate::world::time()).unwrap()).await.is_err());
    assert!(ask(world.wire(), new.assertion(crate::world::time()).unwrap()).await.is_ok());
    let acts: Vec<String> = world.journal().await.into_iter().map(|(act, ..)| act).collect();
    assert_eq!(acts[2..], ["client.key-added", "client.key-retired", "assertion.refused"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ministry_makes_nobody_an_operator() {
    let world = World::start().await;
    let mut ministry = ministry(&world).await;
    let operator = world.client("operator", &["operator:*:admin"]).await;
    let key = PrivateKey::generate();

    let made = ministry.create_client(creation("intruder", "operator:*:admin", &key)).await.unwrap_err();
    let process = ministry.create_client(creation("intruder", "service:gateway:reader", &key)).await.unwrap_err();
    let joined = ministry
        .add_client_key(AddClientKeyRequest {
            client_id: "operator".into(),
            public_key_pem: key.public().to_pem().unwrap(),
            etag: "v1".into(),
            request_id: request_id(),
        })
        .await
        .unwrap_err();

    for refused in [made, process, joined] {
        assert_eq!(refusal(&refused), (Code::PermissionDenied, "RIGHT_ABOVE_CALLER".into()));
    }
    let mut operator = ClientServiceClient::new(world.wire_of(&operator));
    assert!(operator.create_client(creation("a-process", "service:gateway:reader", &key)).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_are_listed_page_by_page_and_everything_wrong_is_told_at_once() {
    let world = World::start().await;
    let mut ministry = ministry(&world).await;
    for id in ["aaa", "bbb", "ccc"] {
        world.client(id, &["region:53:reader"]).await;
    }

    let (mut seen, mut page_token) = (Vec::new(), String::new());
    loop {
        let page = ministry.list_clients(ListClientsRequest { page_size: 2, page_token }).await.unwrap().into_inner();
        seen.extend(page.clients.into_iter().map(|client| client.client_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    let wrong = ministry.create_client(CreateClientRequest::default()).await.unwrap_err();

    assert_eq!(seen, ["aaa", "bbb", "ccc", "ministry"]);
    let fields: Vec<String> = {
        use tonic_types::StatusExt as _;
        wrong.get_details_bad_request().unwrap().field_violations.into_iter().map(|violation| violation.field).collect()
    };
    assert_eq!(fields, ["client.client_id", "client.rights", "client.audiences", "public_key_pem", "request_id"]);
}
