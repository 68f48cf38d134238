"""Volumes that exist in the database, and as sparse files once an image fills them, so that bytes can be compared."""
import os
import pathlib
import shutil
import tempfile

from cinder.tests import fake_driver
from oslo_concurrency import processutils
from oslo_config import cfg
from oslo_utils import units


def file_of(resource):
    folder = pathlib.Path(cfg.CONF.state_path) / "volumes"
    folder.mkdir(exist_ok=True)
    return folder / resource.id


def copy(source, target):
    if file_of(source).exists():
        processutils.execute("cp", "--sparse=always", str(file_of(source)), str(file_of(target)))


class Driver(fake_driver.FakeLoggingVolumeDriver):
    """Cinder's own fake driver can neither extend a volume nor fill it."""

    def extend_volume(self, volume, new_size):
        pass

    def delete_volume(self, volume):
        file_of(volume).unlink(missing_ok=True)

    def create_snapshot(self, snapshot):
        copy(snapshot.volume, snapshot)

    def delete_snapshot(self, snapshot):
        file_of(snapshot).unlink(missing_ok=True)

    def create_volume_from_snapshot(self, volume, snapshot):
        copy(snapshot, volume)

    def create_cloned_volume(self, volume, src_vref):
        copy(src_vref, volume)

    def revert_to_snapshot(self, context, volume, snapshot):
        copy(snapshot, volume)

    def copy_image_to_volume(self, context, volume, image_service, image_id):
        image = image_service.show(context, image_id)
        with tempfile.NamedTemporaryFile(dir=cfg.CONF.state_path) as download:
            image_service.download(context, image_id, download)
            download.flush()
            if image["disk_format"] == "raw":
                processutils.execute("cp", "--sparse=always", download.name, str(file_of(volume)))
            else:
                processutils.execute("qemu-img", "convert", "-f", image["disk_format"], "-O", "raw", download.name,
                                     str(file_of(volume)))

    def copy_volume_to_image(self, context, volume, image_service, image_meta):
        with tempfile.TemporaryDirectory(dir=cfg.CONF.state_path) as folder:
            raw, content = pathlib.Path(folder) / "raw", pathlib.Path(folder) / "content"
            if file_of(volume).exists():
                processutils.execute("cp", "--sparse=always", str(file_of(volume)), str(raw))
            raw.touch()
            os.truncate(raw, volume.size * units.Gi)
            if image_meta["disk_format"] == "raw":
                shutil.move(raw, content)
            else:
                processutils.execute("qemu-img", "convert", "-f", "raw", "-O", image_meta["disk_format"], str(raw),
                                     str(content))
            with open(content, "rb") as file:
                image_service.update(context, image_meta["id"], {}, file)
