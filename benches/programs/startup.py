"""The time to start and to import what most programs import."""

import argparse
import collections
import datetime
import json
import logging
import os
import re
import subprocess
import typing

print(len({argparse, collections, datetime, json, logging, os, re, subprocess, typing}))
