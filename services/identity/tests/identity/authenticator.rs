//! An authenticator in software, with the browser before it: it makes keys without attestation, and signs what it is asked to.

use atlas_proto::identity::v1 as pb;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::{DerSignature, SigningKey, signature::Signer as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tonic::Status;

use crate::{people::Browser, world::ISSUER};

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const WITH_KEY: u8 = 0x40;

#[derive(Clone)]
pub struct Authenticator {
    key: SigningKey,
    id: Vec<u8>,
    handle: String,
    /// Signatures so far.
    pub counter: u32,
    /// The page that asks.
    pub origin: String,
    /// For which site it signs; what it is asked for, when empty.
    pub site: String,
    /// It knows its owner, by a finger or a PIN.
    pub verifies: bool,
}

impl Authenticator {
    pub fn new() -> Self {
        Self {
            key: fresh(),
            id: runtime::random::<24>().to_vec(),
            handle: String::new(),
            counter: 1,
            origin: ISSUER.to_owned(),
            site: String::new(),
            verifies: true,
        }
    }

    /// What calls itself the same, with another key.
    pub fn forged(&self) -> Self {
        Self { key: fresh(), ..self.clone() }
    }

    /// Makes a key, as it is asked to.
    pub fn create(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).unwrap();
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
        self.handle = options["user"]["id"].as_str().unwrap().to_owned();
        let client = self.client("webauthn.create", &options);
        let data = [self.data(options["rp"]["id"].as_str().unwrap(), WITH_KEY), self.public()].concat();
        // CBOR: {"fmt": "none", "attStmt": {}, "authData": data}.
        let head = [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData".as_slice(), &[0x58, u8::try_from(data.len()).unwrap()]].concat();
        let object = encoded(&[head, data].concat());
        let response = json!({"clientDataJSON": encoded(client.as_bytes()), "attestationObject": object, "transports": ["internal"]});
        self.credential(&response)
    }

    /// Signs what it is asked to.
    pub fn get(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).unwrap();
        assert_eq!(options["userVerification"], "required");
        self.counter += 1;
        let client = self.client("webauthn.get", &options);
        let data = self.data(options["rpId"].as_str().unwrap(), 0);
        let signature: DerSignature = self.key.sign(&[data.as_slice(), &Sha256::digest(client.as_bytes())].concat());
        self.credential(&json!({
            "clientDataJSON": encoded(client.as_bytes()),
            "authenticatorData": encoded(&data),
            "signature": encoded(signature.as_bytes()),
            "userHandle": self.handle,
        }))
    }

    fn client(&self, kind: &str, options: &Value) -> String {
        json!({"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false}).to_string()
    }

    fn data(&self, asked: &str, more: u8) -> Vec<u8> {
        let site = if self.site.is_empty() { asked } else { &self.site };
        let flags = PRESENT | more | if self.verifies { VERIFIED } else { 0 };
        [Sha256::digest(site.as_bytes()).as_slice(), &[flags], &self.counter.to_be_bytes()].concat()
    }

    /// Model (none), id, and the public key as COSE has it: {1: EC2, 3: ES256, -1: P-256, -2: x, -3: y}.
    fn public(&self) -> Vec<u8> {
        let point = self.key.verifying_key().to_encoded_point(false);
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let head = [&[0; 16], length.as_slice(), &self.id, b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20"].concat();
        [head.as_slice(), point.x().unwrap(), b"\x22\x58\x20", point.y().unwrap()].concat()
    }

    fn credential(&self, response: &Value) -> String {
        let id = encoded(&self.id);
        json!({"id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {}, "response": response}).to_string()
    }
}

fn fresh() -> SigningKey {
    SigningKey::from_slice(&runtime::random::<32>()).unwrap()
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Browser {
    pub async fn start_passkey(&self, session: &str, name: &str) -> Result<pb::StartPasskeyResponse, Status> {
        let request = pb::StartPasskeyRequest { session_secret: session.into(), name: name.into() };
        Ok(self.api().start_passkey(self.asks(request)).await?.into_inner())
    }

    pub async fn confirm_passkey(&self, session: &str, flow: &str, answer: &str) -> Result<Vec<String>, Status> {
        let (session_secret, flow_secret, credential) = (session.into(), flow.into(), answer.into());
        let request = pb::ConfirmPasskeyRequest { session_secret, flow_secret, credential };
        Ok(self.api().confirm_passkey(self.asks(request)).await?.into_inner().recovery_codes)
    }

    /// Adds a passkey; gives the recovery codes that came with it.
    pub async fn add_passkey(&self, session: &str, name: &str, authenticator: &mut Authenticator) -> Vec<String> {
        let asked = self.start_passkey(session, name).await.unwrap();
        let answer = authenticator.create(&asked.options);
        self.confirm_passkey(session, &asked.flow_secret, &answer).await.unwrap()
    }

    pub async fn passkeys(&self, session: &str) -> Result<Vec<pb::Passkey>, Status> {
        let request = pb::ListPasskeysRequest { session_secret: session.into() };
        Ok(self.api().list_passkeys(self.asks(request)).await?.into_inner().passkeys)
    }

    pub async fn remove_passkey(&self, session: &str, id: &str) -> Result<(), Status> {
        let request = pb::RemovePasskeyRequest { session_secret: session.into(), passkey_id: id.into() };
        self.api().remove_passkey(self.asks(request)).await.map(drop)
    }

    pub async fn start_passkey_sign_in(&self) -> Result<pb::StartPasskeySignInResponse, Status> {
        Ok(self.api().start_passkey_sign_in(self.asks(pb::StartPasskeySignInRequest {})).await?.into_inner())
    }

    pub async fn ask_for_passkey(&self, flow: &str) -> Result<String, Status> {
        let request = pb::AskForPasskeyRequest { flow_secret: flow.into() };
        Ok(self.api().ask_for_passkey(self.asks(request)).await?.into_inner().options)
    }

    pub async fn enter_passkey(&self, flow: &str, answer: &str, device: &str) -> Result<pb::EnterPasskeyResponse, Status> {
        let (flow_secret, credential, device_secret) = (flow.into(), answer.into(), device.into());
        let request = pb::EnterPasskeyRequest { flow_secret, credential, device_secret };
        Ok(self.api().enter_passkey(self.asks(request)).await?.into_inner())
    }

    /// Signs in with a passkey alone.
    pub async fn sign_in_by(&self, authenticator: &mut Authenticator) -> Result<pb::EnterPasskeyResponse, Status> {
        let asked = self.start_passkey_sign_in().await?;
        self.enter_passkey(&asked.flow_secret, &authenticator.get(&asked.options), "").await
    }
}
