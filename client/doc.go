// Package client is the typed client of Sealpost's REST contract (api/openapi.yaml) and
// of the user pool. The CLI, the tests, the smoke test and the benchmarks all use it,
// with either backend. It knows nothing about a backend except what GET /config.json
// says.
//
//	cfg, err := client.Discover(ctx, httpClient, "http://127.0.0.1:8080")
//	pool := client.NewPool(httpClient, cfg)
//	tokens, err := pool.SignIn(ctx, "alice", password)
//	api := client.New(httpClient, cfg, client.NewSession(pool, tokens))
//	id, err := api.Send(ctx, client.Message{To: "bob", ...})
//
// Errors are typed: [*Problem] for an answer of the API, [*UnreachableError] for a
// server that did not answer, [*ChallengeError] for a sign-in that requires more than a
// password. Errors of the pool unwrap to those of the AWS SDK, so errors.As finds its
// types and smithy.APIError.
package client
