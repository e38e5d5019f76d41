//go:build apply

package apply

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// imported is a body that is put over an API: resources, methods, integrations,
// authorizers and validators, as API Gateway makes them of it.
type imported struct {
	call func(method, path string, in, out any) error
	body struct {
		Info       struct{ Title, Description string }
		Paths      map[string]map[string]operation
		Components struct {
			SecuritySchemes map[string]struct {
				Name       string
				In         string
				Authorizer struct {
					Type         string   `json:"type"`
					ProviderARNs []string `json:"providerARNs"`
				} `json:"x-amazon-apigateway-authorizer"`
			}
		}
		BinaryMediaTypes []string `json:"x-amazon-apigateway-binary-media-types"`
		Validators       map[string]struct {
			Parameters bool `json:"validateRequestParameters"`
			Body       bool `json:"validateRequestBody"`
		} `json:"x-amazon-apigateway-request-validators"`
		Validator string `json:"x-amazon-apigateway-request-validator"`
	}
	// what was made, by name or path
	authorizers, validators, resources map[string]string
}

type operation struct {
	OperationID string             `json:"operationId"`
	Security    []map[string][]any `json:"security"`
	Parameters  []struct {
		Name, In string
		Required bool
	}
	Responses   map[string]struct{ Headers map[string]any }
	Integration struct {
		Type                string            `json:"type"`
		HTTPMethod          string            `json:"httpMethod"`
		URI                 string            `json:"uri"`
		PassthroughBehavior string            `json:"passthroughBehavior"`
		ContentHandling     string            `json:"contentHandling"`
		RequestTemplates    map[string]string `json:"requestTemplates"`
		Responses           map[string]struct {
			StatusCode         string
			ResponseParameters map[string]string
		}
	} `json:"x-amazon-apigateway-integration"`
}

// object is a JSON object.
type object = map[string]any

// put makes everything anew: the mode is overwrite.
func (i *imported) put() error {
	for _, step := range []func() error{i.clear, i.properties, i.authorize, i.validate} {
		if err := step(); err != nil {
			return err
		}
	}
	for _, path := range slices.Sorted(maps.Keys(i.body.Paths)) {
		id, err := i.resource(path)
		if err != nil {
			return err
		}
		for method, o := range i.body.Paths[path] {
			if err := i.method("/resources/"+id+"/methods/"+strings.ToUpper(method), o); err != nil {
				return err
			}
		}
	}
	return nil
}

type item struct{ ID, Path string }

// clear removes what an import before has made, and finds the root.
func (i *imported) clear() error {
	i.resources = map[string]string{}
	var resources struct{ Item []item }
	if err := i.call(http.MethodGet, "/resources?limit=500", nil, &resources); err != nil {
		return err
	}
	for _, r := range resources.Item {
		if r.Path == "/" {
			i.resources["/"] = r.ID
			continue
		}
		if err := i.call(http.MethodDelete, "/resources/"+r.ID, nil, nil); err != nil {
			return err
		}
	}
	for collection, list := range map[string]*struct{ Item []item }{"/authorizers": {}, "/requestvalidators": {}} {
		if err := i.call(http.MethodGet, collection, nil, list); err != nil {
			return err
		}
		for _, made := range list.Item {
			if err := i.call(http.MethodDelete, collection+"/"+made.ID, nil, nil); err != nil {
				return err
			}
		}
	}
	return i.clearGatewayResponses()
}

// clearGatewayResponses takes away those that are no part of the body.
func (i *imported) clearGatewayResponses() error {
	var responses struct {
		Item []struct {
			ResponseType    string
			DefaultResponse bool
		}
	}
	if err := i.call(http.MethodGet, "/gatewayresponses?limit=500", nil, &responses); err != nil {
		return err
	}
	for _, r := range responses.Item {
		if r.DefaultResponse {
			continue
		}
		if err := i.call(http.MethodDelete, "/gatewayresponses/"+r.ResponseType, nil, nil); err != nil {
			return err
		}
	}
	return nil
}

// properties takes the list of media types as a whole, which the emulator makes of one
// operation only when it is given so.
func (i *imported) properties() error {
	return i.call(http.MethodPatch, "", object{"patchOperations": []object{
		{"op": "replace", "path": "/name", "value": i.body.Info.Title},
		{"op": "replace", "path": "/description", "value": i.body.Info.Description},
		{"op": "replace", "path": "/binaryMediaTypes", "value": i.body.BinaryMediaTypes},
	}}, nil)
}

func (i *imported) authorize() error {
	i.authorizers = map[string]string{}
	for name, scheme := range i.body.Components.SecuritySchemes {
		var made item
		err := i.call(http.MethodPost, "/authorizers", object{
			"name": name, "type": strings.ToUpper(scheme.Authorizer.Type), "providerARNs": scheme.Authorizer.ProviderARNs,
			"identitySource": "method.request." + scheme.In + "." + scheme.Name,
		}, &made)
		if err != nil {
			return err
		}
		i.authorizers[name] = made.ID
	}
	return nil
}

func (i *imported) validate() error {
	i.validators = map[string]string{}
	for name, v := range i.body.Validators {
		var made item
		err := i.call(http.MethodPost, "/requestvalidators", object{
			"name": name, "validateRequestParameters": v.Parameters, "validateRequestBody": v.Body,
		}, &made)
		if err != nil {
			return err
		}
		i.validators[name] = made.ID
	}
	return nil
}

// resource makes a path, with those above it.
func (i *imported) resource(path string) (string, error) {
	if id, ok := i.resources[path]; ok {
		return id, nil
	}
	above, part := path[:strings.LastIndex(path, "/")], path[strings.LastIndex(path, "/")+1:]
	if above == "" {
		above = "/"
	}
	parent, err := i.resource(above)
	if err != nil {
		return "", err
	}
	var made item
	err = i.call(http.MethodPost, "/resources/"+parent, object{"pathPart": part}, &made)
	i.resources[path] = made.ID
	return made.ID, err
}

func (i *imported) method(path string, o operation) error {
	method := object{"authorizationType": "NONE", "operationName": o.OperationID, "requestValidatorId": i.validators[i.body.Validator]}
	for _, scheme := range o.Security {
		for name := range scheme {
			method["authorizationType"], method["authorizerId"] = "COGNITO_USER_POOLS", i.authorizers[name]
		}
	}
	parameters := map[string]bool{}
	for _, p := range o.Parameters {
		where := map[string]string{"query": "querystring", "path": "path", "header": "header"}[p.In]
		parameters["method.request."+where+"."+p.Name] = p.Required
	}
	method["requestParameters"] = parameters
	if err := i.call(http.MethodPut, path, method, nil); err != nil {
		return err
	}
	in := o.Integration
	err := i.call(http.MethodPut, path+"/integration", object{
		"type": strings.ToUpper(in.Type), "httpMethod": in.HTTPMethod, "uri": in.URI, "passthroughBehavior": strings.ToUpper(in.PassthroughBehavior),
		"contentHandling": in.ContentHandling, "requestTemplates": in.RequestTemplates,
	}, nil)
	if err != nil {
		return err
	}
	for status, r := range o.Responses {
		headers := map[string]bool{}
		for name := range r.Headers {
			headers["method.response.header."+name] = false
		}
		if err := i.call(http.MethodPut, path+"/responses/"+status, object{"responseParameters": headers}, nil); err != nil {
			return err
		}
	}
	for _, r := range in.Responses {
		err := i.call(http.MethodPut, path+"/integration/responses/"+r.StatusCode, object{"responseParameters": r.ResponseParameters}, nil)
		if err != nil {
			return err
		}
	}
	return nil
}
