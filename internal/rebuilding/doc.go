// Package rebuilding is what a rebuild of projections is asked and what it tells,
// the same in both homes: adapters/embedded/rebuild and adapters/aws/rebuild do it.
package rebuilding
