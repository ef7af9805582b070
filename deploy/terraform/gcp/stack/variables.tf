variable "environment" {
  description = "staging or production"
  type        = string

  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "staging or production."
  }
}

variable "project_id" {
  description = "The project of this environment"
  type        = string
}

variable "region" {
  description = "Where everything is"
  type        = string
}

variable "cidr" {
  description = "Addresses of nodes, services and pods, /16"
  type        = string
}

variable "control_plane_cidr" {
  description = "Addresses of the control plane, /28"
  type        = string
}

variable "administrator_cidrs" {
  description = "From where the API of the cluster can be reached over the internet; none: only from inside"
  type        = list(string)
  default     = []
}

variable "machine_type" {
  description = "Machines of the cluster"
  type        = string
}

variable "nodes_per_zone" {
  description = "How many machines in each zone, at least and at most"
  type        = object({ min = number, max = number })
}

variable "pushers" {
  description = "Service accounts of the pipelines, which may push images"
  type        = list(string)
}

variable "database" {
  description = "PostgreSQL: the ledger"
  type = object({
    tier            = string
    regional        = bool
    storage_gb      = number
    max_connections = number
    backups         = number
  })
}

variable "managed_redis_gb" {
  description = "Memorystore, with STORE_DURABILITY=memory: a failover may lose orders that buyers were told of. Null: Redis is run by oneself"
  type        = number
}

variable "domain" {
  description = "Where buyers come to"
  type        = string
}

variable "requests_per_address" {
  description = "Requests that one address may send in any minute, all paths together"
  type        = number
}

variable "blocked_ja4" {
  description = "JA4 fingerprints of programs that were seen to buy up sales"
  type        = list(string)
  default     = []
}

variable "mail_addresses" {
  description = "Whom alerts reach"
  type        = list(string)
}

variable "deletion_protection" {
  description = "Whether it has to be turned off before anything that stores can be deleted"
  type        = bool

  validation {
    condition     = var.deletion_protection || var.environment != "production"
    error_message = "Production is protected."
  }
}
