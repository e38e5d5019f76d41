// Package username says which usernames may be registered, and which of them look
// alike. Both backends and the clients use it, so that one name means one user
// everywhere (docs/decisions/2026-11-28-usernames.md).
package username
