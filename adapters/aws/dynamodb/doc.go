// Package dynamodb keeps the projections and the notification ledger in DynamoDB.
//
// docs/aws-data-model.md describes the tables and argues for them. Each write is
// of one item: the models commute by construction, so that there is no
// transaction, no counter, and a condition only where the first of two writers
// must be told apart from the second.
package dynamodb
