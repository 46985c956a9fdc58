#!/bin/bash
# Runs a command and prints the processor time of it and of all its children.
TIMEFORMAT='CPU seconds with all children: %U user, %S system; %R elapsed'
time "$@"
