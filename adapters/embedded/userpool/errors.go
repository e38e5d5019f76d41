package userpool

import (
	"fmt"
	"net/http"
)

// apiError is an error for the caller. Any other error is logged and answered as InternalErrorException.
type apiError struct {
	name    string
	message string
	status  int
}

// Error implements error.
func (e *apiError) Error() string { return e.name + ": " + e.message }

func fault(name, message string) *apiError {
	return &apiError{name: name, message: message, status: http.StatusBadRequest}
}

// Errors without parameters. Applications show and sometimes compare the messages, so they are exactly
// Cognito's.
var (
	errUsernameExists   = fault("UsernameExistsException", "User already exists")
	errBadCredentials   = fault("NotAuthorizedException", "Incorrect username or password.")
	errLockedOut        = fault("NotAuthorizedException", "Password attempts exceeded")
	errNotConfirmed     = fault("UserNotConfirmedException", "User is not confirmed.")
	errAlreadyConfirmed = fault("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")
	errNothingToConfirm = fault("InvalidParameterException", "User is already confirmed.")
	errCodeMismatch     = fault("CodeMismatchException", "Invalid verification code provided, please try again.")
	errCodeExpired      = fault("ExpiredCodeException", "Invalid code provided, please request a code again.")
	errCodeTries        = fault("TooManyFailedAttemptsException", "Too many failed attempts, please request a code again.")
	errCodeSends        = fault("LimitExceededException", "Attempt limit exceeded, please try after some time.")
	errCodeDelivery     = fault("CodeDeliveryFailureException", "The verification code could not be delivered, please request a code again.")
	errBusy             = fault("TooManyRequestsException", "Too many requests")
	errBadEmail         = fault("InvalidParameterException", "Invalid email address format.")
	errNoEmail          = fault("InvalidParameterException", "Attributes did not conform to the schema: email: The attribute is required")
	errAttribute        = fault("NotAuthorizedException", "A client attempted to write unauthorized attribute")

	errAccessInvalid  = fault("NotAuthorizedException", "Invalid Access Token")
	errAccessExpired  = fault("NotAuthorizedException", "Access Token has expired")
	errAccessRevoked  = fault("NotAuthorizedException", "Access Token has been revoked")
	errRefreshInvalid = fault("NotAuthorizedException", "Invalid Refresh Token")
	errRefreshExpired = fault("NotAuthorizedException", "Refresh Token has expired")
	errRefreshRevoked = fault("NotAuthorizedException", "Refresh Token has been revoked")
	errTokenType      = fault("UnsupportedTokenTypeException", "Wrong token type")

	errUnknownOperation = fault("UnknownOperationException", "The operation is not known.")
	errSerialization    = fault("SerializationException", "The request body is not a JSON document of this operation.")
	errTooLarge         = &apiError{"RequestEntityTooLargeException",
		fmt.Sprintf("The request body has more than %d bytes.", maxBody), http.StatusRequestEntityTooLarge}
	errInternal = &apiError{"InternalErrorException", "Something went wrong", http.StatusInternalServerError}
)

func weakPassword(what string) *apiError {
	return fault("InvalidPasswordException", "Password did not conform with policy: "+what)
}

func missingParameter(name string) *apiError {
	return fault("InvalidParameterException", "Missing required parameter "+name)
}

func unknownClient(id string) *apiError {
	return fault("ResourceNotFoundException", "User pool client "+id+" does not exist.")
}
