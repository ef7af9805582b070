output "network_id" {
  description = "The network, once it has a private connection to Google's services"
  value       = google_compute_network.this.id
  depends_on  = [google_service_networking_connection.services]
}

output "subnetwork_id" {
  description = "Where nodes are"
  value       = google_compute_subnetwork.nodes.id
}
