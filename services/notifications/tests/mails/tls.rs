//! A relay is believed when its certificate bears its name (b18).

use std::{sync::Arc, time::Duration};

use lettre::{Address, address::Envelope};
use notifications::smtp::{Relay, Reply, Smtp, Timing};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};

use crate::smtp::{SmtpServer, Tls};

const TIMING: Timing = Timing { greeting: Duration::from_secs(5), command: Duration::from_secs(5), data: Duration::from_secs(5) };

/// An authority, and what a server needs that bears a name.
fn certificate(name: &str) -> (String, TlsAcceptor) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider())).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).unwrap();
    (authority.pem(), TlsAcceptor::from(Arc::new(config)))
}

async fn send(url: &str, authority: Option<&str>) -> Reply {
    let relay: Relay = url.parse().unwrap();
    let tls = relay.tls(authority).unwrap();
    let address = |text: &str| text.parse::<Address>().unwrap();
    let envelope = Envelope::new(Some(address("a@example.org")), vec![address("b@example.org")]).unwrap();
    Smtp::new(relay, tls, TIMING).send(&envelope, b"Subject: x\r\n\r\nx").await
}

#[tokio::test]
async fn a_certificate_of_the_right_name_is_believed_from_the_first_byte_and_after_starttls() {
    let (authority, acceptor) = certificate("localhost");
    for (tls, url) in
        [(Tls::AtOnce(acceptor.clone()), "smtps://localhost:PORT"), (Tls::AsAsked(acceptor), "smtp://localhost:PORT?tls=required")]
    {
        let server = SmtpServer::with(tls).await;
        let reply = send(&url.replace("PORT", &server.port.to_string()), Some(&authority)).await;
        assert!(matches!(reply, Reply::Accepted(_)), "{url}: {reply:?}");
        assert_eq!(server.count(), 1);
    }
}

#[tokio::test]
async fn a_certificate_of_another_name_or_of_an_unknown_authority_gets_no_mail() {
    let (authority, other) = certificate("other.example");
    let (_, unknown) = certificate("localhost");
    for acceptor in [other, unknown] {
        for (tls, url) in
            [(Tls::AtOnce(acceptor.clone()), "smtps://localhost:PORT"), (Tls::AsAsked(acceptor), "smtp://localhost:PORT?tls=required")]
        {
            let server = SmtpServer::with(tls).await;
            let reply = send(&url.replace("PORT", &server.port.to_string()), Some(&authority)).await;
            assert!(matches!(&reply, Reply::Away(why) if why.contains("certificate")), "{url}: {reply:?}");
            assert_eq!(server.count(), 0);
        }
    }
}

#[tokio::test]
async fn a_relay_that_does_not_offer_encryption_gets_no_mail_when_it_is_required() {
    let server = SmtpServer::start().await;
    let reply = send(&format!("smtp://localhost:{}?tls=required", server.port), None).await;
    assert!(matches!(reply, Reply::Away(_)), "{reply:?}");
    assert_eq!(server.count(), 0);
}
