"""What a person writes: recipes with their networks, protocols, data and studies. No torch."""
