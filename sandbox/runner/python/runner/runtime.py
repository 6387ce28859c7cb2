"""What this runner says of itself."""

import os
import re
import sys

UNKNOWN_HASH = '0' * 64


def engine_hash(folder):
    """SHA-256 of the runner's files as the build took them; the image keeps it beside them."""
    try:
        with open(os.path.join(folder, 'engine-hash'), encoding='ascii') as file:
            text = file.read().strip()
    except OSError:
        return UNKNOWN_HASH
    return text if re.fullmatch('[0-9a-f]{64}', text) else UNKNOWN_HASH


def runtime_name():
    """Version of Python, and of the packages that the image brings, without loading them."""
    names = ['python ' + '.'.join(map(str, sys.version_info[:3]))]
    for package in ('numpy', 'pandas'):
        version = package_version(package)
        if version is not None:
            names.append(f'{package} {version}')
    return ' '.join(names)


def package_version(package):
    for folder in sys.path:
        try:
            entries = os.listdir(folder)
        except OSError:
            continue
        for entry in entries:
            found = re.fullmatch(rf'{package}-([0-9][0-9A-Za-z.+]*)\.(?:egg|dist)-info', entry)
            if found:
                return found[1]
    return None
