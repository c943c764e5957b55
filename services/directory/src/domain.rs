//! What is known of a collectivité, and what each change means. Pure: no clock, no SQL, no wire.

mod collectivite;
mod contact;
mod country;
mod identity_card;
mod name;
mod network;
mod official;
mod partner;
mod proposal;
mod refusal;
mod succession;
mod territory;

pub use collectivite::{Collectivite, CollectiviteType, Link, Origin, Point, Registered};
pub use contact::{Contact, ContactEdit, ContactId, ContactKind, NewContact, Visibility};
pub use country::{Country, CountryCode};
pub use identity_card::{CardEdit, IdentityCard};
pub use name::{Email, Telephone, Text, Website, folded};
pub use network::{Network, NetworkEdit, NetworkId, Relation, RelationChoice};
pub use official::{Domains, OfficialAddress, Unfit};
pub use partner::{OtherName, Partner, PartnerEdit, PartnerFields, PartnerId, PartnerLevel};
pub use proposal::{Decision, Proposal, ProposalId, ProposalState};
pub use refusal::Refusal;
pub use succession::{Succession, refuse_cycles};
pub use territory::{Territory, TerritoryKind};
