package awstest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

// Confirmed does what ministack omits after a confirmation: it verifies the address and
// calls the post-confirmation trigger.
func Confirmed(ctx context.Context, cfg aws.Config, poolID, username, function string) error {
	pool := cip.NewFromConfig(cfg)
	user, err := pool.AdminGetUser(ctx, &cip.AdminGetUserInput{UserPoolId: &poolID, Username: &username})
	if err != nil {
		return fmt.Errorf("asking for a user: %w", err)
	}
	_, verifyErr := pool.AdminUpdateUserAttributes(ctx, &cip.AdminUpdateUserAttributesInput{
		UserPoolId: &poolID, Username: &username,
		UserAttributes: []ciptypes.AttributeType{{Name: aws.String("email_verified"), Value: aws.String("true")}},
	})
	e := lambdaevents.CognitoEventUserPoolsPostConfirmation{}
	e.TriggerSource, e.UserPoolID, e.UserName = "PostConfirmation_ConfirmSignUp", poolID, username
	e.Request.UserAttributes = attributes(user)
	return errors.Join(verifyErr, Invoke(ctx, cfg, function, e, &e))
}

// SignedIn does what ministack omits after a sign-in: it calls the post-authentication
// trigger.
func SignedIn(ctx context.Context, cfg aws.Config, poolID, username, function string) error {
	user, err := cip.NewFromConfig(cfg).AdminGetUser(ctx, &cip.AdminGetUserInput{UserPoolId: &poolID, Username: &username})
	if err != nil {
		return fmt.Errorf("asking for a user: %w", err)
	}
	e := lambdaevents.CognitoEventUserPoolsPostAuthentication{}
	e.TriggerSource, e.UserPoolID, e.UserName = "PostAuthentication_Authentication", poolID, aws.ToString(user.Username)
	e.Request.UserAttributes = attributes(user)
	return Invoke(ctx, cfg, function, e, &e)
}

func attributes(user *cip.AdminGetUserOutput) map[string]string {
	out := map[string]string{}
	for _, a := range user.UserAttributes {
		out[aws.ToString(a.Name)] = aws.ToString(a.Value)
	}
	return out
}

// Invoke calls a function and decodes its answer.
func Invoke(ctx context.Context, cfg aws.Config, function string, in, out any) error {
	payload, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("writing an event: %w", err)
	}
	res, err := lambda.NewFromConfig(cfg).Invoke(ctx, &lambda.InvokeInput{FunctionName: &function, Payload: payload})
	if err != nil {
		return fmt.Errorf("calling %s: %w", function, err)
	}
	if res.FunctionError != nil {
		return fmt.Errorf("%s: %s: %s", function, *res.FunctionError, res.Payload)
	}
	return json.Unmarshal(res.Payload, out)
}
