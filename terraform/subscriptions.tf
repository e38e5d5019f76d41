# Only events/subscriptions/subscriptions.json says which consumer gets which events. Here each consumer becomes one
# instance, and a projection's consumer one per generation, so that a new generation fills while the live one serves.

locals {
  subscriptions = jsondecode(file("${path.module}/../events/subscriptions/subscriptions.json"))

  # "users-1" => { consumer = "users", generation = 1 }, "userkey" => { consumer = "userkey", generation = null }
  consumers = merge(
    {
      for name, s in local.subscriptions : name => { consumer = name, generation = null }
      if !s.replays
    },
    [
      for name in local.projections : {
        for g in var.projection_generations[name].generations : "${name}-${g}" => { consumer = name, generation = g }
      }
    ]...
  )
}
