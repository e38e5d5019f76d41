output "id" {
  description = "The API's id."
  value       = aws_api_gateway_rest_api.this.id
}

output "url" {
  description = "Where the API is."
  value       = aws_api_gateway_stage.this.invoke_url
}

output "host" {
  description = "The API's host name."
  value       = "${aws_api_gateway_rest_api.this.id}.execute-api.${var.region_and_suffix}"
}

output "stage" {
  description = "The stage's name."
  value       = aws_api_gateway_stage.this.stage_name
}

output "body" {
  description = "What API Gateway imports."
  value       = local.body
}

output "gateway_responses" {
  description = "What API Gateway answers itself: status, headers and document, by kind."
  value = {
    for type, r in aws_api_gateway_gateway_response.this : type => {
      status  = r.status_code
      headers = r.response_parameters
      problem = jsondecode(r.response_templates["application/json"])
    }
  }
}

output "web_origin" {
  description = "The origin that browsers may call from."
  value       = aws_api_gateway_stage.this.variables.webOrigin
}
