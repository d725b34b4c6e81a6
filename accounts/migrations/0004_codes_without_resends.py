from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_devices_networks_avatars")]

    operations = [migrations.RemoveField("challenge", "resends")]
