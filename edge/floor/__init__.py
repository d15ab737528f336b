"""From a ceiling camera to figures on the floor plan; everything after detection is in metres and seconds.

plan      four clicked points map the camera to the plan
tracks    who is who from frame to frame
lines     crossings in and out
zones     dwell
heat      person-seconds on a grid
occupancy how many are inside, across restarts
counter   all of these over the frames of one camera

steady    whether the camera's picture can be counted on
watch     steady, detector and counter: frames in, facts out
journal   facts as events of the contract, each with its time
setup     a journal from the tables of a box file
replay    a journal over a clip: lossless, the same at every run
live      a journal in a process: outbox, health, live view
picture   the live view; panel: the figures beside it
"""
