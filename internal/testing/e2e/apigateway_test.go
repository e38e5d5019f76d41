package e2e

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"github.com/sealpost/sealpost/internal/testing/emulator"
)

// stage is the one that Terraform makes (terraform/modules/api).
const stage = "v1"

// object is a JSON object.
type object = map[string]any

// importAPI imports the body that Terraform gives to API Gateway, and returns where
// the API answers. terraform/tests pins the file to what Terraform makes of
// api/openapi.yaml; its names are those of Terraform's tests.
func (w *world) importAPI() *url.URL {
	w.t.Helper()
	var body object
	w.rendered("api-body.json", &body)
	id := w.stack("api", w.apiTemplate(body), "ApiId")
	at, err := url.Parse(w.server.URL() + "/_aws/execute-api/" + id + "/" + stage)
	w.must("finding the API", err)
	return at
}

// rendered reads a file that terraform/tests/render-api-body.sh writes.
func (w *world) rendered(name string, into any) {
	w.t.Helper()
	raw, err := os.ReadFile(filepath.Join(root, "terraform", "tests", name))
	w.must("reading what Terraform makes", err)
	named := strings.NewReplacer("eu-central-1_Mock00001", w.poolID, "sealpost-test", w.prefix, "eu-central-1", emulator.Region,
		"123456789012", account).Replace(string(raw))
	w.must("decoding what Terraform makes", json.Unmarshal([]byte(named), into))
}

// gatewayResponses adds what API Gateway answers itself, and returns the names that a
// deployment has to wait for.
func (w *world) gatewayResponses(resources object) (names []string) {
	w.t.Helper()
	var responses map[string]struct {
		Status  string
		Headers map[string]string
		Problem json.RawMessage
	}
	w.rendered("gateway-responses.json", &responses)
	for kind, r := range responses {
		name := "Answer" + strings.ReplaceAll(kind, "_", "")
		names = append(names, name)
		resources[name] = object{"Type": "AWS::ApiGateway::GatewayResponse", "Properties": object{
			"RestApiId": object{"Ref": "Api"}, "ResponseType": kind, "StatusCode": r.Status, "ResponseParameters": r.Headers,
			"ResponseTemplates": object{"application/json": string(r.Problem)},
		}}
	}
	return names
}

// apiTemplate has what terraform/modules/api makes besides the body, as far as the
// emulator knows it. Its import leaves out the body's media types.
func (w *world) apiTemplate(body object) object {
	ref := func(name string) object { return object{"Ref": name} }
	deployment := object{"Type": "AWS::ApiGateway::Deployment", "Properties": object{"RestApiId": ref("Api")}}
	resources := object{
		"Api": object{"Type": "AWS::ApiGateway::RestApi", "Properties": object{
			"Name": w.prefix, "Body": body, "BinaryMediaTypes": body["x-amazon-apigateway-binary-media-types"],
		}},
		"Deployment": deployment,
		"Stage": object{"Type": "AWS::ApiGateway::Stage", "Properties": object{
			"RestApiId": ref("Api"), "DeploymentId": ref("Deployment"), "StageName": stage,
			"Variables": object{"webOrigin": w.settings["SEALPOST_WEB_URL"]},
		}},
	}
	deployment["DependsOn"] = w.gatewayResponses(resources)
	for name, f := range w.functions {
		if f.Kind == "api" {
			resources["Permit"+strings.ReplaceAll(name, "-", "")] = object{"Type": "AWS::Lambda::Permission", "Properties": object{
				"FunctionName": w.prefix + "-" + name, "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com",
				"SourceArn": object{"Fn::Sub": "arn:aws:execute-api:" + emulator.Region + ":" + account + ":${Api}/*"},
			}}
		}
	}
	return object{"Resources": resources, "Outputs": object{"ApiId": object{"Value": ref("Api")}}}
}

// stack makes a CloudFormation stack and returns one of its outputs.
func (w *world) stack(name string, template object, output string) string {
	w.t.Helper()
	raw, err := json.Marshal(template)
	w.must("writing a template", err)
	client := cloudformation.NewFromConfig(w.admin)
	full := aws.String(w.prefix + "-" + name)
	_, err = client.CreateStack(w.t.Context(), &cloudformation.CreateStackInput{StackName: full, TemplateBody: aws.String(string(raw))})
	w.must("creating stack "+name, err)
	made, err := cloudformation.NewStackCreateCompleteWaiter(client, func(o *cloudformation.StackCreateCompleteWaiterOptions) {
		o.MinDelay, o.MaxDelay = 50*time.Millisecond, time.Second
	}).WaitForOutput(w.t.Context(), &cloudformation.DescribeStacksInput{StackName: full}, time.Minute)
	w.must("waiting for stack "+name, err)
	for _, o := range made.Stacks[0].Outputs {
		if aws.ToString(o.OutputKey) == output {
			return aws.ToString(o.OutputValue)
		}
	}
	w.t.Fatalf("stack %s has no output %s", name, output)
	return ""
}
