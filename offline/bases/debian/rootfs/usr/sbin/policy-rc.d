#!/bin/sh
# No service manager runs in an image: packages must not start what they install.
exit 101
