//! How needs of change sets add up.

use crate::event::Need;

impl Need {
    /// What two change sets need together: the greater of both; of two reasons for cargo the first stays.
    #[must_use]
    pub fn merge(self, later: Self) -> Self {
        match (&self, &later) {
            (Self::Cargo { .. }, _) => self,
            (_, Self::Cargo { .. }) => later,
            _ => self.max(later),
        }
    }

    /// Whether something must be compiled.
    pub fn builds(&self) -> bool {
        match self {
            Self::Library | Self::Cargo { .. } => true,
            Self::Advance | Self::Configure => false,
        }
    }

    /// Why a build with this need runs, in a few words.
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::Cargo { reason } => reason.clone(),
            Self::Library => "source changed".to_owned(),
            Self::Configure => "configuration".to_owned(),
            Self::Advance => "static files".to_owned(),
        }
    }
}
