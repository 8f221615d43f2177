from tests.faces.service.console_world import acting, held, reading

__all__ = ["acting", "held", "reading"]
