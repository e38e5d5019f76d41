// Package lambdahost is what surrounds every handler on AWS Lambda: it reads the
// environment, decodes what Lambda hands over, logs, measures, turns panics into
// failures and reports which deliveries of a batch failed.
//
// docs/aws-functions.md lists the variables and the metrics. A function's main is
//
//	func main() { os.Exit(lambdahost.Run(build)) }
//
// where build wires the adapters that this one function needs.
package lambdahost
