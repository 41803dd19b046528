//! Who may do what: one table.

use portal_protocol::session::Role;

/// Something that a signed-in person may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Declare, supply and commit operations on cases within the scope.
    ChangeCases,
    /// Read cases within the scope, with their photos.
    ReadCases,
    /// Follow the own account's events.
    FollowEvents,
    /// Sign in to the console.
    UseConsole,
    /// Read every case of the tenant in the console.
    ReadQueue,
    /// Return, accept and reject.
    Review,
    /// Agree to what the own branch submits, or not.
    Approve,
}

impl Permission {
    pub const ALL: [Self; 7] = [
        Self::ChangeCases,
        Self::ReadCases,
        Self::FollowEvents,
        Self::UseConsole,
        Self::ReadQueue,
        Self::Review,
        Self::Approve,
    ];
}

/// Which cases a role's permissions reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Cases of the own account.
    Own,
    /// Cases of the own account and of the own branch.
    Branch,
    /// Every case of the tenant.
    Tenant,
}

/// The permissions of a role.
pub fn permissions(role: Role) -> &'static [Permission] {
    use Permission as P;
    match role {
        Role::Merchant | Role::Agent => &[P::ChangeCases, P::ReadCases, P::FollowEvents],
        Role::Supervisor => &[P::ChangeCases, P::ReadCases, P::FollowEvents, P::UseConsole, P::Approve],
        Role::Technician => &[P::FollowEvents],
        Role::Reviewer => &[P::ReadCases, P::UseConsole, P::ReadQueue, P::Review],
        Role::Administrator => &[P::ReadCases, P::UseConsole, P::ReadQueue],
    }
}

/// How far a role's permissions reach.
pub fn reach(role: Role) -> Reach {
    match role {
        Role::Merchant | Role::Technician => Reach::Own,
        Role::Agent | Role::Supervisor => Reach::Branch,
        Role::Reviewer | Role::Administrator => Reach::Tenant,
    }
}

/// Whether a role has a permission.
pub fn allows(role: Role, permission: Permission) -> bool {
    permissions(role).contains(&permission)
}
