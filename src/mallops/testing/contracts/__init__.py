"""What any implementation of a repository has to do, as tests that an integrator runs on theirs.

Each contract is a class whose `test_` methods pytest collects once a test module of yours
derives a class from it. Needs hypothesis, and pytest or another runner of such classes.
"""
