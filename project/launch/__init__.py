"""Start the whole of Confab in order, keep it running, and stop it all.

python -m project.launch run      for development
python -m project.launch serve    on the production servers, with DEBUG off
"""
