package emulator_test

import (
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/sealpost/sealpost/internal/testing/emulator"
)

func TestMain(m *testing.M) { os.Exit(emulator.Run(m)) }

func TestMinistackGivesEachTestAnAccount(t *testing.T) {
	t.Parallel()
	server := emulator.Ministack(t)
	first, second := sns.NewFromConfig(server.Config(t)), sns.NewFromConfig(server.Config(t))
	if _, err := first.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("mine")}); err != nil {
		t.Fatal(err)
	}
	topics, err := second.ListTopics(t.Context(), &sns.ListTopicsInput{})
	if err != nil || len(topics.Topics) != 0 {
		t.Errorf("the other account has topics %v, error %v; want none", topics, err)
	}
}

func TestMinistackAuthRefusesAnUnknownKey(t *testing.T) {
	t.Parallel()
	server := emulator.MinistackAuth(t)
	root := sts.NewFromConfig(server.ConfigFor("test", "test"))
	if _, err := root.GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{}); err != nil {
		t.Errorf("root: %v", err)
	}
	nobody := sns.NewFromConfig(server.ConfigFor("AKIAUNKNOWN", "wrong"))
	if _, err := nobody.ListTopics(t.Context(), &sns.ListTopicsInput{}); err == nil {
		t.Error("an unknown access key was let in")
	}
}

func TestMotoAnswers(t *testing.T) {
	t.Parallel()
	client := kms.NewFromConfig(emulator.Moto(t).Config(t))
	if _, err := client.CreateKey(t.Context(), &kms.CreateKeyInput{}); err != nil {
		t.Fatal(err)
	}
}
