"""Settings of an instance's config.toml, changed where they stand."""


def change(instance_path, section=None, /, **values):
    """`values`: TOML by name, all of one section, or by "section.name"; what is not there is left out."""
    file = instance_path / "config.toml"
    now, lines = "", []
    for line in file.read_text().splitlines():
        now = line.strip("[] ") if line.startswith("[") else now
        name = line.split(" = ")[0]
        key = name if section else f"{now}.{name}"
        lines.append(f"{name} = {values[key]}" if key in values and section in (None, now) else line)
    file.write_text("\n".join(lines) + "\n")
