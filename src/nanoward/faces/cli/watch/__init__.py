"""nanoward watch: commands of scanning, incidents, playbooks and drills."""
