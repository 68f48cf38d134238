"""Volumes that exist only in the database. Cinder's own fake driver can neither extend a volume nor fill it."""
from cinder.tests import fake_driver


class Driver(fake_driver.FakeLoggingVolumeDriver):
    def extend_volume(self, volume, new_size):
        pass

    def copy_image_to_volume(self, context, volume, image_service, image_id):
        pass

    def revert_to_snapshot(self, context, volume, snapshot):
        pass
