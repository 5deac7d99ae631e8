"""The catalogue of questions, answers to them, and why a finding is one."""
