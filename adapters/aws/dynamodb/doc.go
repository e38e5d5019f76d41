// Package dynamodb stores the projections and the notification ledger in DynamoDB.
//
// docs/aws-data-model.md describes the tables and the reasons. Each write is of one item. The models commute
// by construction, so there are no transactions and no counters, and conditions only where the first of two
// writers must win.
package dynamodb
