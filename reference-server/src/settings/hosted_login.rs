//! What the hosted pages allow, and for how long they remember.

use std::time::Duration;

/// Accounts, attempts to sign in, and sessions of one customer.
///
/// The documentation gives none of these figures. Together they bound what anybody can make the server remember: an
/// account has one session at the most, and a session as many devices as [`HostedLogin::devices`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostedLogin {
    /// How long a session lives that nobody uses; the default is one day.
    pub session_idle: Duration,
    /// How long a session lives after a password was entered, used or not; the default is 30 days.
    pub session_lifetime: Duration,
    /// Devices that one session remembers; the default is 32, and 1 the least. The next one takes the place of the one
    /// that signed in longest ago.
    pub devices: usize,
    /// Accounts that a customer may have before its registration page closes; the default is 10,000.
    pub accounts: usize,
    /// Time within which attempts to sign in are counted; the default is 15 minutes.
    pub attempt_window: Duration,
    /// Attempts that may fail for one address within the window; the default is 10.
    pub attempts: u32,
    /// Attempts that may fail for all addresses of a customer together within the window before each address has only
    /// [`HostedLogin::strained_attempts`]; the default is 1,000.
    pub customer_attempts: u32,
    /// Attempts that may fail for one address while the whole customer is under attack; the default is 3. It is not
    /// nothing, so that nobody locks others out.
    pub strained_attempts: u32,
    /// Addresses whose failed attempts are remembered at the same time; the default is 50,000. While there are more,
    /// addresses without a failed attempt are refused.
    pub remembered_addresses: usize,
}

impl Default for HostedLogin {
    fn default() -> Self {
        Self {
            session_idle: Duration::from_secs(24 * 60 * 60),
            session_lifetime: Duration::from_secs(30 * 24 * 60 * 60),
            devices: 32,
            accounts: 10_000,
            attempt_window: Duration::from_secs(15 * 60),
            attempts: 10,
            customer_attempts: 1000,
            strained_attempts: 3,
            remembered_addresses: 50_000,
        }
    }
}
