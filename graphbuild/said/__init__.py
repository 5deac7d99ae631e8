"""What sources say, as statements: records, observations, people, happenings, writings."""
