variable "account_id" {
  description = "The account that this environment is in: another one is refused"
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "Twelve digits."
  }
}

variable "administrator_role_arns" {
  description = "Roles that may do everything in the cluster"
  type        = list(string)
}

variable "pusher_arns" {
  description = "Roles of the pipelines, which may push images"
  type        = list(string)
}

variable "certificate_arn" {
  description = "Certificate for the domain, of ACM in us-east-1"
  type        = string
}

variable "domain" {
  description = "Where buyers come to"
  type        = string
}
