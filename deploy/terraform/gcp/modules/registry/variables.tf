variable "name" {
  description = "Begins the name of everything that is made, such as tidegate-production"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,30}$", var.name))
    error_message = "The name is 3 to 31 small letters, digits and hyphens, a letter first."
  }
}

variable "region" {
  description = "Where it is"
  type        = string
}

variable "pushers" {
  description = "Who may push versions"
  type        = list(string)

  validation {
    condition     = alltrue([for member in var.pushers : can(regex("^(serviceAccount|principal|principalSet):", member))])
    error_message = "Service accounts or identities of workloads, not people: serviceAccount:name@project.iam.gserviceaccount.com."
  }
}
