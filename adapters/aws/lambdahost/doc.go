// Package lambdahost hosts every handler on AWS Lambda: it reads the environment, decodes Lambda's input,
// logs, measures, turns panics into failures and reports which deliveries of a batch failed.
//
// docs/aws-functions.md lists the variables and the metrics. A function's main is
//
//	func main() { os.Exit(lambdahost.Run(build)) }
//
// where build wires the adapters that this function needs.
package lambdahost
