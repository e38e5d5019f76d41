# One pattern per kind of call. It names the resources of this environment if the call does.
locals {
  own_functions = [{ wildcard = "*${var.prefix}-*" }]
  own_roles     = [{ prefix = "${var.prefix}-" }]
  buckets       = [var.buckets.ciphertext, var.buckets.page]

  calls = {
    identity-pool = {
      service    = "cognito-identity"
      calls      = ["SetPrincipalTagAttributeMap", "UpdateIdentityPool", "SetIdentityPoolRoles", "DeleteIdentityPool"]
      parameters = { identityPoolId = [var.identity_pool_id] }
    }
    user-pool = {
      service = "cognito-idp"
      calls = [
        "AdminSetUserPassword", "AdminUpdateUserAttributes", "AdminSetUserMFAPreference", "AdminInitiateAuth",
        "AdminRespondToAuthChallenge", "AdminLinkProviderForUser", "AdminCreateUser", "CreateUserPoolClient",
        "UpdateUserPoolClient", "UpdateUserPool", "CreateIdentityProvider", "UpdateIdentityProvider", "CreateUserPoolDomain",
      ]
      parameters = { userPoolId = [var.user_pool_id] }
    }
    functions = {
      service = "lambda"
      # The names in CloudTrail contain Lambda's API version: UpdateFunctionCode20150331v2.
      calls = [
        { prefix = "UpdateFunctionCode" }, { prefix = "UpdateFunctionConfiguration" }, { prefix = "AddPermission" },
        { prefix = "UpdateAlias" }, { prefix = "CreateEventSourceMapping" }, { prefix = "UpdateEventSourceMapping" },
      ]
      parameters = { functionName = local.own_functions }
    }
    roles = {
      service    = "iam"
      calls      = ["UpdateAssumeRolePolicy", "PutRolePolicy", "AttachRolePolicy", "DeleteRolePermissionsBoundary"]
      parameters = { roleName = local.own_roles }
    }
    key-admin = {
      service    = "sts"
      calls      = ["AssumeRole"]
      parameters = { roleArn = [var.key_admin_role_arn] }
    }
    buckets = {
      service = "s3"
      calls = [
        "PutBucketPolicy", "DeleteBucketPolicy", "PutBucketAcl", "PutBucketPublicAccessBlock", "DeleteBucketPublicAccessBlock",
        "PutBucketVersioning", "PutBucketLifecycle", "PutBucketReplication", "PutBucketNotification",
      ]
      parameters = { bucketName = local.buckets }
    }
    api = {
      service    = "apigateway"
      calls      = ["PutRestApi", "UpdateRestApi", "UpdateAuthorizer", "PutIntegration", "UpdateIntegration", "CreateDeployment", "UpdateStage"]
      parameters = { restApiId = [var.api_id] }
    }
    bus = {
      service    = "events"
      calls      = ["PutRule", "PutTargets", "PutPermission", "UpdateEventBus"]
      parameters = { eventBusName = [{ wildcard = "*${var.bus_name}" }] }
    }
    archive = {
      service    = "events"
      calls      = ["UpdateArchive", "DeleteArchive"]
      parameters = { archiveName = [{ prefix = var.bus_name }] }
    }
    # The rules of this module, on the default bus.
    watch = {
      service    = "events"
      calls      = ["DisableRule", "DeleteRule", "RemoveTargets"]
      parameters = { "rule" = [{ prefix = "${var.prefix}-access-" }] }
    }
    watch-names = {
      service    = "events"
      calls      = ["DisableRule", "DeleteRule", "PutRule"]
      parameters = { "name" = [{ prefix = "${var.prefix}-access-" }] }
    }
  }

  patterns = merge(
    {
      for kind, c in local.calls : kind => {
        source      = ["aws.${c.service}"]
        detail-type = ["AWS API Call via CloudTrail"]
        detail = {
          eventSource       = ["${c.service}.amazonaws.com"]
          eventName         = c.calls
          requestParameters = c.parameters
        }
      }
    },
    {
      # A call identifies a key by an id that does not show its owner, so all keys of the account are watched. The
      # function that creates users' keys creates an alias with each. Changes to that function match the pattern
      # functions.
      keys = {
        source      = ["aws.kms"]
        detail-type = ["AWS API Call via CloudTrail"]
        detail = {
          eventSource = ["kms.amazonaws.com"]
          eventName   = ["PutKeyPolicy", "CreateGrant", "CreateAlias", "UpdateAlias", "DeleteAlias", "ReplicateKey", "DisableKey", "ScheduleKeyDeletion"]
          userIdentity = {
            sessionContext = { sessionIssuer = { arn = [{ anything-but = [var.key_maker_role_arn] }, { exists = false }] } }
          }
        }
      }
      distribution = {
        source      = ["aws.cloudfront"]
        detail-type = ["AWS API Call via CloudTrail"]
        detail      = { eventName = [{ prefix = "UpdateDistribution" }, { prefix = "UpdateFunction" }, { prefix = "UpdateResponseHeadersPolicy" }] }
      }
      # CloudTrail logs object calls only at a charge. S3 itself sends them to EventBridge.
      page = {
        source      = ["aws.s3"]
        detail-type = ["Object Created", "Object Deleted"]
        detail      = { bucket = { name = [var.buckets.page] } }
      }
      trail = {
        source      = ["aws.cloudtrail"]
        detail-type = ["AWS API Call via CloudTrail"]
        detail      = { eventName = ["StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors"] }
      }
    },
  )
}
