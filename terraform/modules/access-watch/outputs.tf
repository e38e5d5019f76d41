output "global" {
  description = "What sends calls of global services here may do and who may be it, as JSON; null in us-east-1, where they are logged anyway."
  value = one([
    for i in range(length(aws_iam_role.global)) : {
      policy       = aws_iam_role_policy.global[i].policy
      trust_policy = aws_iam_role.global[i].assume_role_policy
    }
  ])
}
