//! Keys on P-256, for ES256.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use p256::{
    SecretKey,
    elliptic_curve::sec1::{FromEncodedPoint as _, ToEncodedPoint as _},
    pkcs8::{DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _, LineEnding},
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::{Secret, secret::random};

/// A private key on P-256, for ES256: a client's, or one that signs tokens.
#[derive(Clone)]
pub struct PrivateKey {
    secret: SecretKey,
    signing: EncodingKey,
    public: PublicKey,
}

/// A public key on P-256: the two coordinates of its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey {
    x: [u8; 32],
    y: [u8; 32],
}

/// The text is not a key we use; the key itself is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKey {
    /// A private key was expected.
    #[error("expected a private key on P-256: PKCS#8 in PEM (openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256)")]
    Private,
    /// A public key was expected.
    #[error("expected a public key on P-256: SubjectPublicKeyInfo in PEM (openssl pkey -pubout)")]
    Public,
}

impl PrivateKey {
    /// A new key.
    #[must_use]
    pub fn generate() -> Self {
        loop {
            // Almost every 32 bytes are a scalar of the group; those that are not are drawn again.
            if let Some(key) = SecretKey::from_slice(&random::<32>()).ok().and_then(|secret| Self::of(secret).ok()) {
                return key;
            }
        }
    }

    /// The key whose scalar this is.
    ///
    /// # Errors
    /// [`InvalidKey`] when it is none.
    pub fn from_scalar(scalar: &[u8]) -> Result<Self, InvalidKey> {
        SecretKey::from_slice(scalar).map_err(|_| InvalidKey::Private).and_then(Self::of)
    }

    /// The scalar, to be sealed and kept.
    #[must_use]
    pub fn scalar(&self) -> [u8; 32] {
        self.secret.to_bytes().into()
    }

    /// The key as PKCS#8 in PEM.
    ///
    /// # Errors
    /// [`InvalidKey`] when it cannot be written.
    pub fn to_pem(&self) -> Result<Secret, InvalidKey> {
        self.secret.to_pkcs8_pem(LineEnding::LF).map(|pem| Secret::new(pem.as_str())).map_err(|_| InvalidKey::Private)
    }

    /// The public half.
    #[must_use]
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs claims as a JWT of this type.
    ///
    /// # Errors
    /// The claims cannot be written as JSON.
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, jsonwebtoken::errors::Error> {
        let header = Header { typ: Some(typ.to_owned()), kid: Some(self.public.kid()), ..Header::new(Algorithm::ES256) };
        jsonwebtoken::encode(&header, claims, &self.signing)
    }

    fn of(secret: SecretKey) -> Result<Self, InvalidKey> {
        let der = secret.to_pkcs8_der().map_err(|_| InvalidKey::Private)?;
        let public = PublicKey::of(&secret.public_key()).ok_or(InvalidKey::Private)?;
        Ok(Self { signing: EncodingKey::from_ec_der(der.as_bytes()), secret, public })
    }
}

impl FromStr for PrivateKey {
    type Err = InvalidKey;

    fn from_str(pem: &str) -> Result<Self, InvalidKey> {
        SecretKey::from_pkcs8_pem(pem).map_err(|_| InvalidKey::Private).and_then(Self::of)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({})", self.public.kid())
    }
}

impl PublicKey {
    /// The key whose point has these coordinates.
    ///
    /// # Errors
    /// [`InvalidKey`] when there is no such point on the curve.
    pub fn from_coordinates(x: &[u8], y: &[u8]) -> Result<Self, InvalidKey> {
        let (Ok(x), Ok(y)) = (<[u8; 32]>::try_from(x), <[u8; 32]>::try_from(y)) else { return Err(InvalidKey::Public) };
        let point = p256::EncodedPoint::from_affine_coordinates(&x.into(), &y.into(), false);
        let on_curve = Option::<p256::PublicKey>::from(p256::PublicKey::from_encoded_point(&point));
        on_curve.map(|_| Self { x, y }).ok_or(InvalidKey::Public)
    }

    /// The first coordinate, big endian.
    #[must_use]
    pub const fn x(&self) -> &[u8; 32] {
        &self.x
    }

    /// The second coordinate, big endian.
    #[must_use]
    pub const fn y(&self) -> &[u8; 32] {
        &self.y
    }

    /// The name of the key: its RFC 7638 thumbprint.
    #[must_use]
    pub fn kid(&self) -> String {
        let (x, y) = (URL_SAFE_NO_PAD.encode(self.x), URL_SAFE_NO_PAD.encode(self.y));
        URL_SAFE_NO_PAD.encode(Sha256::digest(format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#)))
    }

    /// The key as SubjectPublicKeyInfo in PEM.
    ///
    /// # Errors
    /// [`InvalidKey`] when it cannot be written.
    pub fn to_pem(&self) -> Result<String, InvalidKey> {
        let point = p256::EncodedPoint::from_affine_coordinates(&self.x.into(), &self.y.into(), false);
        let key = Option::<p256::PublicKey>::from(p256::PublicKey::from_encoded_point(&point)).ok_or(InvalidKey::Public)?;
        key.to_public_key_pem(LineEnding::LF).map_err(|_| InvalidKey::Public)
    }

    /// The key as jsonwebtoken checks signatures with it.
    ///
    /// # Errors
    /// [`InvalidKey`] when it cannot be.
    pub fn decoding(&self) -> Result<DecodingKey, InvalidKey> {
        let (x, y) = (URL_SAFE_NO_PAD.encode(self.x), URL_SAFE_NO_PAD.encode(self.y));
        DecodingKey::from_ec_components(&x, &y).map_err(|_| InvalidKey::Public)
    }

    fn of(key: &p256::PublicKey) -> Option<Self> {
        let point = key.to_encoded_point(false);
        Some(Self { x: (*point.x()?).into(), y: (*point.y()?).into() })
    }
}

impl FromStr for PublicKey {
    type Err = InvalidKey;

    fn from_str(pem: &str) -> Result<Self, InvalidKey> {
        p256::PublicKey::from_public_key_pem(pem).ok().as_ref().and_then(Self::of).ok_or(InvalidKey::Public)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_writing_and_reading() {
        let key = PrivateKey::generate();
        let read: PrivateKey = key.to_pem().unwrap().reveal().parse().unwrap();
        let public: PublicKey = key.public().to_pem().unwrap().parse().unwrap();

        assert_eq!(read.public(), key.public());
        assert_eq!(&public, key.public());
        assert_eq!(PrivateKey::from_scalar(&key.scalar()).unwrap().public(), key.public());
        assert_eq!(PublicKey::from_coordinates(key.public().x(), key.public().y()).unwrap().kid(), key.public().kid());
    }

    #[test]
    fn a_point_off_the_curve_is_no_key() {
        assert_eq!(PublicKey::from_coordinates(&[1; 32], &[1; 32]), Err(InvalidKey::Public));
        assert!("-----BEGIN PUBLIC KEY-----".parse::<PublicKey>().is_err());
    }
}
