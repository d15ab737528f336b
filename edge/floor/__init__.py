"""From boxes in a ceiling camera to figures on the floor plan: metres and seconds only.

plan      four clicked points map the camera to the plan
tracks    who is who from frame to frame
lines     crossings in and out
zones     dwell
heat      person-seconds on a grid
occupancy how many are inside, across restarts
counter   all of these over the frames of one camera
"""
