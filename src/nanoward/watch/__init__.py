"""Room 8. Is something unknown or hostile arriving?"""

SECTIONS = {
    "objects": (
        "nanoward.watch.watch_keys:ObjectsSection",
        "nanoward.watch.objects.zones:watched_area",
    ),
    "watch": (
        "nanoward.watch.watch_keys:WatchSection",
        "nanoward.watch.incidents.rota:watch_plan",
    ),
}
