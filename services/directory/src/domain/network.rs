use kernel::Version;

use super::{Origin, Text, folded};

kernel::id! {
    /// A network or association.
    NetworkId
}

/// An association or network of local authorities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// Its id.
    pub id: NetworkId,
    /// Short name; may be empty.
    pub acronym: Text<40>,
    /// Full name.
    pub name: Text<200>,
    /// association nationale, réseau professionnel…
    pub kind: Text<100>,
    /// national, régional, européen, international.
    pub scope: Text<100>,
    /// Where the row comes from.
    pub origin: Origin,
    /// Counts its changes.
    pub version: Version,
}

/// What is to be changed of a network; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct NetworkEdit {
    /// Short name.
    pub acronym: Option<Text<40>>,
    /// Full name.
    pub name: Option<Text<200>>,
    /// Its kind.
    pub kind: Option<Text<100>>,
    /// How far it reaches.
    pub scope: Option<Text<100>>,
}

impl Network {
    /// The network with the edit made.
    #[must_use]
    pub fn edited(self, edit: NetworkEdit) -> Self {
        Self {
            acronym: edit.acronym.unwrap_or(self.acronym),
            name: edit.name.unwrap_or(self.name),
            kind: edit.kind.unwrap_or(self.kind),
            scope: edit.scope.unwrap_or(self.scope),
            version: self.version.next(),
            ..self
        }
    }

    /// The name by which two networks are the same.
    #[must_use]
    pub fn natural_key(&self) -> String {
        folded(self.name.as_str())
    }
}

/// A tie between a collectivité and a network, as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// The network.
    pub network: NetworkId,
    /// The network's short name, or its name where it has none.
    pub name: String,
    /// It adheres to the network.
    pub member: bool,
    /// It uses the network.
    pub uses: bool,
    /// Where the row comes from.
    pub origin: Origin,
}

/// A tie as an agent chooses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RelationChoice {
    /// The network.
    pub network: NetworkId,
    /// It adheres to the network.
    pub member: bool,
    /// It uses the network.
    pub uses: bool,
}
