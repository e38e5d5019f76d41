// Package stack knows what a deployment on AWS consists of, from what
// `terraform output -json` prints in terraform/. It is how the operator's commands
// find the bus, the archive, the rules, the queues and the tables; they guess no
// name.
package stack
