// Package awstest creates in an emulator what Terraform creates on AWS, for the tests
// of the AWS adapters and the end-to-end test: tables, bucket, bus and queues, with the
// names and attributes of docs/aws-data-model.md.
package awstest

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

type index struct {
	name, partition, sort string
	projection            types.ProjectionType
}

// schema is the keys of a table. All are strings.
type schema struct {
	partition, sort string
	indexes         []index
}

var schemas = map[string]schema{
	"users": {partition: "userId", indexes: []index{
		{"byUsername", "usernameKey", "verifiedEventId", types.ProjectionTypeAll},
		{"directory", "directory", "directoryKey", types.ProjectionTypeAll},
	}},
	"inbox":         {partition: "recipientId", sort: "messageId"},
	"unread":        {partition: "recipientId", sort: "entry"},
	"notifications": {partition: "recipientId"},
	"names":         {partition: "skeleton"},
}

// Name returns a unique name of lower-case letters and digits.
func Name(prefix string) string { return prefix + "-" + strings.ToLower(rand.Text()) }

// Table creates a table of a kind (users, inbox, unread, notifications, names).
func Table(t testing.TB, cfg aws.Config, kind, name string) {
	t.Helper()
	s, ok := schemas[kind]
	if !ok {
		t.Fatalf("awstest: no table %q", kind)
	}
	in := &dynamodb.CreateTableInput{
		TableName: aws.String(name), BillingMode: types.BillingModePayPerRequest, KeySchema: keys(s.partition, s.sort),
	}
	attributes := map[string]bool{s.partition: true, s.sort: true}
	for _, i := range s.indexes {
		attributes[i.partition], attributes[i.sort] = true, true
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
			IndexName: aws.String(i.name), KeySchema: keys(i.partition, i.sort),
			Projection: &types.Projection{ProjectionType: i.projection},
		})
	}
	for name := range attributes {
		if name != "" {
			in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{
				AttributeName: aws.String(name), AttributeType: types.ScalarAttributeTypeS,
			})
		}
	}
	_, err := dynamodb.NewFromConfig(cfg).CreateTable(t.Context(), in)
	// In about one creation in two hundred, ministack 1.5.33 answers the only request
	// for a table that the table exists. The name is unique, so this is no conflict.
	var exists *types.ResourceInUseException
	if err != nil && !errors.As(err, &exists) {
		t.Fatalf("awstest: creating table %s: %v", name, err)
	}
}

func keys(partition, sort string) []types.KeySchemaElement {
	out := []types.KeySchemaElement{{AttributeName: aws.String(partition), KeyType: types.KeyTypeHash}}
	if sort != "" {
		out = append(out, types.KeySchemaElement{AttributeName: aws.String(sort), KeyType: types.KeyTypeRange})
	}
	return out
}

// Bucket creates a bucket.
func Bucket(t testing.TB, cfg aws.Config, name string) {
	t.Helper()
	client := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
	if _, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String(name)}); err != nil {
		t.Fatalf("awstest: creating bucket %s: %v", name, err)
	}
}
