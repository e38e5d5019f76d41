// Package client is the typed client of Sealpost's REST contract (api/openapi.yaml)
// and of the user pool beside it. The command line, the tests, the smoke test and
// the benchmarks all use it, against either home: it knows nothing of AWS or of
// one machine but what GET /config.json says.
//
//	cfg, err := client.Discover(ctx, httpClient, "http://127.0.0.1:8080")
//	pool := client.NewPool(httpClient, cfg)
//	tokens, err := pool.SignIn(ctx, "alice", password)
//	api := client.New(httpClient, cfg, client.NewSession(pool, tokens))
//	id, err := api.Send(ctx, client.Message{To: "bob", ...})
//
// Errors are typed: a [*Problem] is what the API said, a [*UnreachableError] is a
// server that could not be asked, a [*ChallengeError] is a sign-in that wants
// more than a password. Errors of the pool unwrap to those of the AWS SDK, so
// errors.As finds its types and smithy.APIError.
package client
