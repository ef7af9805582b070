variable "name" {
  description = "Begins the name of everything that is made, such as tidegate-production"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,23}$", var.name))
    error_message = "The name is 3 to 24 small letters, digits and hyphens, a letter first."
  }
}

variable "region" {
  description = "Where it is"
  type        = string
}

variable "network_id" {
  description = "The network, which has a private connection to Google's services"
  type        = string
}

variable "project_id" {
  description = "The project"
  type        = string
}

variable "project_number" {
  description = "Its number, by which identities of workloads are named"
  type        = string

  validation {
    condition     = can(regex("^[0-9]+$", var.project_number))
    error_message = "A number."
  }
}

variable "subnetwork_id" {
  description = "Where nodes are, with ranges pods and services"
  type        = string
}

variable "control_plane_cidr" {
  description = "Addresses of the control plane, /28"
  type        = string

  validation {
    condition     = can(cidrhost(var.control_plane_cidr, 0)) && endswith(var.control_plane_cidr, "/28")
    error_message = "A /28, such as 172.16.0.0/28."
  }
}

variable "administrator_cidrs" {
  description = "From where the API of the cluster can be reached over the internet; none: only from inside"
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for cidr in var.administrator_cidrs : can(cidrhost(cidr, 0)) && cidr != "0.0.0.0/0"])
    error_message = "Networks such as 203.0.113.0/24, and never the whole internet."
  }
}

variable "machine_type" {
  description = "Machines of the cluster"
  type        = string
}

variable "nodes_per_zone" {
  description = "How many machines in each of the region's zones, at least and at most"
  type        = object({ min = number, max = number })

  validation {
    condition     = var.nodes_per_zone.min >= 1 && var.nodes_per_zone.max >= var.nodes_per_zone.min
    error_message = "At least one a zone, and at most no fewer than that."
  }
}

variable "secret_ids" {
  description = "Secrets that the cluster may read, by name"
  type        = map(string)
}

variable "deletion_protection" {
  description = "Whether it has to be turned off before it can be deleted"
  type        = bool
}
