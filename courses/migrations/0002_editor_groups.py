from django.db import migrations


def give_rights(apps, schema_editor):
    from courses.services.editors import ensure_editor_groups

    ensure_editor_groups(apps)


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0001_initial"),
        ("media", "0001_initial"),
        # Wagtail's own migrations give both groups rights of their own: ours come after.
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
        ("wagtailmedia", "0005_alter_media_options"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
